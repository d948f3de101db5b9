/** The steps of packed token vectors, −7 … 7, one after the other: of each 16 bytes the low halves, then the high ones. */
export function stepsOf(packed: Uint8Array): number[] {
  const steps: number[] = []
  for (let at = 0; at < packed.length; at += 16) {
    const chunk = [...packed.subarray(at, at + 16)]
    for (const byte of chunk) steps.push((byte % 16) - 8)
    for (const byte of chunk) steps.push(Math.floor(byte / 16) - 8)
  }
  return steps
}
