import { defaultLimits } from '../../src/reports/manuscript.ts'

/** Limits under which no file of a test is given up, however busy the machine is. */
export const patientLimits = { ...defaultLimits, seconds: 600 }
