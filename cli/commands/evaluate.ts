import { Command } from '@commander-js/extra-typings';
import { MODELS } from '../models/models.ts';

/** `foresize evaluate MODEL`: how well a trained model forecasts recorded use. */
export function evaluateCommand() {
  const command = new Command('evaluate').description(
    'Compare what a trained model forecasts with what came',
  );
  for (const model of MODELS) command.addCommand(model.evaluate());
  return command;
}
