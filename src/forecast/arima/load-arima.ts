import type { Forecaster } from '../forecaster.ts';

/**
 * The `arima` forecaster. Its package (211 kB of WebAssembly, 16 ms to compile) is loaded by the first call and by
 * nothing else: a program that is never asked for ARIMA does not pay for it.
 */
export async function loadArima(): Promise<Forecaster> {
  return (await import('./arima.ts')).arima;
}
