import type { Bilingual } from './errors.ts'

export function installationFault(error: unknown, platform?: NodeJS.Platform): Bilingual | null
