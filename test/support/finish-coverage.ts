/**
 * Mocha ends a worker a second after its last test; writing the coverage of hundreds of modules can take longer, and
 * half of it is none. The signal does nothing here, and the worker ends by itself once it has written.
 */
if (process.env.MOCHA_WORKER_ID !== undefined) process.on('SIGTERM', () => undefined);
