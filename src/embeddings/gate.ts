/** Numbers that the threads share: how many of them load or run the model, and 1 when no further one may begin. */
export const gateSlots = { running: 0, isClosed: 1 } as const

/** Does `work` unless the gate is closed, and lets whoever closes it wait for the end; resolves never when it is. */
export async function throughGate<T>(gate: Int32Array, work: () => Promise<T>): Promise<T> {
  Atomics.add(gate, gateSlots.running, 1)
  try {
    if (Atomics.load(gate, gateSlots.isClosed) === 0) return await work()
  } finally {
    Atomics.sub(gate, gateSlots.running, 1)
    Atomics.notify(gate, gateSlots.running)
  }
  return new Promise(() => {})
}
