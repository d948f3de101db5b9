import { createHmac, timingSafeEqual } from 'node:crypto'

/** Telegram signs the data when a Mini App is opened; older data prove nothing any more. */
export const maxInitDataSeconds = 3600
/** Clocks differ a little. */
const maxSkewSeconds = 30

/** The person who opened a Mini App. */
export interface OpenedBy {
  /** Telegram's id of the user. */
  readonly user: number
  /** The signature of the data, 64 hexadecimal digits; other data have another one. */
  readonly hash: string
}

/**
 * Reads from the data that Telegram hands to a Mini App who opened it, after "Validating data received via the Mini
 * App" of Telegram's documentation.
 * @param now Unix time in seconds
 * @returns null when Telegram did not sign the data for this bot within the last hour, or they name nobody
 */
export function readInitData(initData: string, token: string, now: number): OpenedBy | null {
  const fields = [...new URLSearchParams(initData)]
  const values = new Map(fields)
  const hash = values.get('hash') ?? ''
  // A name that stands there twice could be signed with one value and read with the other.
  if (values.size !== fields.length || !/^[0-9a-f]{64}$/u.test(hash)) return null
  values.delete('hash')
  const signed = [...values]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n')
  const secret = createHmac('sha256', 'WebAppData').update(token).digest()
  const expected = createHmac('sha256', secret).update(signed).digest()
  if (!timingSafeEqual(Buffer.from(hash, 'hex'), expected)) return null
  const age = now - Number(values.get('auth_date') ?? Number.NaN)
  if (!(age <= maxInitDataSeconds && age >= -maxSkewSeconds)) return null
  const user = userIn(values.get('user') ?? '')
  return user === null ? null : { user, hash }
}

function userIn(text: string): number | null {
  try {
    const { id } = JSON.parse(text) as { id?: unknown }
    return typeof id === 'number' && Number.isSafeInteger(id) ? id : null
  } catch {
    return null
  }
}
