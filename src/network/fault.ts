import { errorCode } from '../errors.ts'

/**
 * The reason why a server could not be reached:
 * - `name`: its name is not known
 * - `refused`: nothing listens there
 * - `route`: no way leads there
 * - `reset`: the connection was broken off
 * - `tls`: no secure connection came about, as with a certificate that is not trusted
 * - `timeout`: no connection or no answer within the time
 * - `proxy`: the proxy cannot be reached, or does not speak as it should
 * - `proxy login`: the proxy does not accept user and password
 * - `proxy refusal`: the proxy does not lead to the server
 * - `answer`: what answers is not the server, as it does not answer in JSON
 * - `server`: the server itself says that it cannot work
 */
export type FaultKind =
  | 'name'
  | 'refused'
  | 'route'
  | 'reset'
  | 'tls'
  | 'timeout'
  | 'proxy'
  | 'proxy login'
  | 'proxy refusal'
  | 'answer'
  | 'server'

/** A failure to reach a server. It holds no address, user or password, so it may be shown and logged. */
export class NetworkFault extends Error {
  override readonly name = 'NetworkFault'
  readonly kind: FaultKind
  /** The system's code, a status or the proxy's words. */
  readonly detail: string

  constructor(kind: FaultKind, detail: string) {
    super(`${kind} (${detail})`)
    this.kind = kind
    this.detail = detail
  }
}

const kinds: readonly (readonly [RegExp, FaultKind])[] = [
  [/^(?:ENOTFOUND|EAI_\w+|ENODATA)$/u, 'name'],
  [/^ECONNREFUSED$/u, 'refused'],
  [/^E(?:HOST|NET)(?:UNREACH|DOWN)$|^EADDRNOTAVAIL$|^ENETRESET$/u, 'route'],
  [/^ETIMEDOUT$|TIMEOUT$/u, 'timeout'],
  [/CERT|SELF_SIGNED|^UNABLE_TO_|^ERR_(?:TLS|SSL)_|^EPROTO$/u, 'tls'],
  [/^(?:ECONNRESET|EPIPE|ECONNABORTED)$|^HPE_/u, 'reset'],
]

/** The fault for a failed connection, by the system's code; null for an error of another kind, which is a defect. */
export function faultOf(error: unknown): NetworkFault | null {
  if (error instanceof NetworkFault) return error
  const code = errorCode(error)
  if (code === undefined) return null
  const kind = kinds.find(([pattern]) => pattern.test(code))?.[1]
  return kind === undefined ? null : new NetworkFault(kind, code)
}
