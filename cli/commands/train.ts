import { Command } from '@commander-js/extra-typings';
import { MODELS } from '../models/models.ts';

/** `foresize train MODEL`: trains a model and writes its folder. */
export function trainCommand() {
  const command = new Command('train').description('Train a forecasting model on recorded use');
  for (const model of MODELS) command.addCommand(model.train());
  return command;
}
