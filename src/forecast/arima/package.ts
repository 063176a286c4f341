/**
 * The package takes hold of the console's methods as it is loaded, and writes its optimiser's troubles there: a
 * command's answer goes to the same stdout. So it is loaded, and only it, while they do nothing.
 */
import { unmuteConsole } from './mute-console.ts';
import ARIMA from 'arima';

unmuteConsole();

export { ARIMA };
