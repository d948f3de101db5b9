/**
 * Turns off the usage reports of ONNX Runtime. Its first session in a process would look up a host of its maker, and leave a
 * device id and a database below `~/.cache` and files in the folder for temporary ones.
 *
 * The library reads the variable from the environment of the process. In a worker thread `process.env` is a copy, so the
 * main thread calls this function before it starts a thread or a process that loads the library.
 */
export function disableTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY = '1'
}
