/** The numbers of the properties (`sprm`) of Word's binary format that are read, as [MS-DOC] lists them. */
export const sprm = {
  isInTable: 0x2416,
  isRowEnd: 0x2417,
  tableDepth: 0x6649,
  outlineLevel: 0x2640,
  list: 0x460b,
  dataGroup: 0x6646,
  rowDefinition: 0xd608,
  isHeadRow: 0x3404,
  verticalMerge: 0xd62b,
  horizontalMerge: 0x5624,
  isDeleted: 0x0800,
  isHidden: 0x083c,
  isStruck: 0x0837,
  isStruckTwice: 0x2a53,
  position: 0x2a48,
  symbol: 0x6a09,
} as const

/** The sizes of operands by the three highest bits of a property's number; 0 where the operand states its own size. */
const operandBytes = [1, 1, 2, 4, 2, 2, 0, 3] as const
const tabStops = 0xc615

/** Calls `take` with each property of a group and its operand; what is cut off at the end is left out. */
export function eachProperty(group: Buffer, take: (property: number, operand: Buffer) => void): void {
  let at = 0
  while (at + 3 <= group.length) {
    const property = group.readUInt16LE(at)
    at += 2
    let size: number = operandBytes[property >> 13]!
    if (size === 0) {
      if (property === sprm.rowDefinition) {
        if (at + 2 > group.length) return
        size = group.readUInt16LE(at) - 1
        at += 2
      } else {
        size = group[at]!
        at += 1
        // The size of a list of tab stops that is too long for one byte is that of its two parts.
        if (property === tabStops && size === 255) {
          const deleted = group[at] ?? 0
          size = 2 + deleted * 4 + (group[at + 1 + deleted * 4] ?? 0) * 3
        }
      }
    }
    if (size < 0 || at + size > group.length) return
    take(property, group.subarray(at, at + size))
    at += size
  }
}
