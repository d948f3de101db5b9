import { convertToOdp } from '../../../src/reports/formats/officeProgram.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'

/** A process of `converted.slow.test.ts`: the program in its first argument converts, however long it takes. */
const reading = { file: 'a.ppt', limits: { ...defaultLimits, seconds: 300 } }
await convertToOdp(process.argv[2]!, Buffer.from('x'), '.ppt', reading)
