/**
 * A gate is shared memory of two numbers, by which the end of the process waits for native code: the number of threads
 * that load or run the model, and 1 once no further one may begin.
 */
const slots = { running: 0, isClosed: 1 } as const

/** A gate that is open. */
export function createGate(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8))
}

/** Does `work` unless the gate is closed; then the promise never settles. */
export async function throughGate<T>(gate: Int32Array, work: () => Promise<T>): Promise<T> {
  Atomics.add(gate, slots.running, 1)
  try {
    if (Atomics.load(gate, slots.isClosed) === 0) return await work()
  } finally {
    Atomics.sub(gate, slots.running, 1)
    Atomics.notify(gate, slots.running)
  }
  return new Promise(() => {})
}

/** Closes the gate and blocks this thread until all work is out, or for `maxWaitMs` after the last that ended. */
export function closeGate(gate: Int32Array, maxWaitMs: number): void {
  Atomics.store(gate, slots.isClosed, 1)
  for (;;) {
    const running = Atomics.load(gate, slots.running)
    if (running === 0 || Atomics.wait(gate, slots.running, running, maxWaitMs) === 'timed-out') return
  }
}
