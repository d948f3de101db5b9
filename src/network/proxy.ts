import { BlockList, isIP, isIPv6 } from 'node:net'
import { type Bilingual, ConfigError } from '../errors.ts'

/** A proxy that the environment names. */
export interface ProxyServer {
  readonly protocol: 'http' | 'https' | 'socks4' | 'socks5'
  readonly host: string
  readonly port: number
  /** Empty where the proxy asks for none. */
  readonly user: string
  readonly password: string
  /** The variable that names it. */
  readonly variable: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** The form that the value of a proxy's variable must have. */
export const proxyForm: Bilingual = {
  zh: '应为代理网址,如 http://127.0.0.1:7890 或 socks5://用户名:密码@127.0.0.1:1080,用户名和密码里的特殊字符写成 %XX',
  en: 'must be the address of a proxy, like http://127.0.0.1:7890 or socks5://user:password@127.0.0.1:1080, with special characters of user and password as %XX',
}

/** A value that names a proxy, and its variable, as it is written in the environment. */
export interface ProxySetting {
  readonly variable: string
  readonly value: string
}

/**
 * The setting that names the proxy for a URL, by the variables that most programs follow: `HTTPS_PROXY` or
 * `HTTP_PROXY` by the URL's scheme, else `ALL_PROXY`; null for hosts that `NO_PROXY` lists. Names in lower case come first,
 * as in curl.
 *
 * @param own a variable of ours that comes before all others; its value `off` means no proxy
 */
export function proxySetting(url: URL, environment: Environment, own?: string): ProxySetting | null {
  const ownValue = own && environment[own]?.trim()
  if (own && ownValue) return ownValue === 'off' ? null : { variable: own, value: ownValue }
  const exceptions = environment.no_proxy?.trim() || environment.NO_PROXY?.trim() || ''
  // Chinese keyboards type full-width commas.
  if (exceptions.split(/[\s,\uff0c、]+/u).some((entry) => covers(entry.toLowerCase(), url))) return null
  const byScheme = `${url.protocol.slice(0, -1)}_proxy`
  for (const variable of [byScheme, byScheme.toUpperCase(), 'all_proxy', 'ALL_PROXY']) {
    const value = environment[variable]?.trim()
    if (value) return { variable, value }
  }
  return null
}

/** The proxy for a URL by the environment's variables; null for none. @throws ConfigError where a variable's value is malformed */
export function proxyFor(url: URL, environment: Environment): ProxyServer | null {
  const setting = proxySetting(url, environment)
  if (!setting) return null
  const proxy = readProxy(setting)
  if (proxy) return proxy
  const { variable } = setting
  throw new ConfigError({ zh: `${variable}:${proxyForm.zh}`, en: `${variable}: ${proxyForm.en}` })
}

/** The host of a URL, without the brackets around an address of IPv6. */
export function hostOf({ hostname }: Pick<URL, 'hostname'>): string {
  return withoutBrackets(hostname)
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/gu, '')
}

/** Host and port of a proxy, which may be shown to anybody. */
export function proxyAddress({ host, port }: ProxyServer): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`
}

/** The passwords of proxies in every form in which they could appear in a text, also those in malformed values. */
export function proxySecrets(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const login = /_proxy$/iu.test(name) && /^(?:[a-z0-9+.-]+:\/\/)?([^:@/]*):(?!\/\/)(.+)@/iu.exec(value?.trim() ?? '')
    if (!login) return []
    const [user, password] = [login[1]!, login[2]!]
    const plain = decoded(password) ?? password
    const basic = Buffer.from(`${decoded(user) ?? user}:${plain}`).toString('base64')
    return [password, plain, encodeURIComponent(plain), basic]
  })
}

const usualPorts: Readonly<Record<string, number>> = { http: 80, https: 443, socks4: 1080, socks5: 1080 }
/** In every scheme of SOCKS the proxy resolves names, as a machine gets false addresses where Telegram is blocked. */
const aliases: Readonly<Record<string, string>> = { socks: 'socks5', socks5h: 'socks5', socks4a: 'socks4' }

/** The proxy that a setting names; null where its value is malformed. */
export function readProxy({ variable, value }: ProxySetting): ProxyServer | null {
  // `127.0.0.1:7890` is what many write, and what curl takes.
  const address = value.includes('://') ? value : /:\d+\/?$/u.test(value) ? `http://${value}` : ''
  if (!URL.canParse(address)) return null
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(address)
  const scheme = protocol.slice(0, -1)
  const known = aliases[scheme] ?? scheme
  const [user, secret] = [decoded(username), decoded(password)]
  // An unescaped `/`, `?` or `#` in a password ends up in the rest of the address.
  const hasRest = pathname.length > 1 || search !== '' || hash !== ''
  if (!(known in usualPorts) || hostname === '' || user === null || secret === null || hasRest) return null
  return {
    protocol: known as ProxyServer['protocol'],
    host: withoutBrackets(hostname),
    port: port === '' ? usualPorts[known]! : Number(port),
    user,
    password: secret,
    variable,
  }
}

/** Decodes percent-encoding; null where a `%` does not begin any. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

const portOf = ({ port, protocol }: URL) => port || (protocol === 'https:' ? '443' : '80')

/**
 * True when an entry of `NO_PROXY` covers a URL's host: `*` covers every host, a name itself and all names below it (with or
 * without a dot or `*.` in front), an IP address itself, a network (`10.0.0.0/8`) its addresses; each with `:port` on that port
 * only.
 */
function covers(entry: string, url: URL): boolean {
  if (entry === '*') return true
  const host = hostOf(url)
  const [, before, port] = (!isIPv6(entry.split('/')[0]!) && /^(.+):(\d+)$/u.exec(entry)) || [null, entry, undefined]
  if (port !== undefined && port !== portOf(url)) return false
  const name = withoutBrackets(before!).replace(/^\*?\./u, '')
  if (isIP(host) === 0) return name !== '' && (host === name || host.endsWith(`.${name}`))
  const [network = '', bits] = name.split('/')
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  if (isIP(network) === 0) return false
  const prefix = bits === undefined ? Number.POSITIVE_INFINITY : Number(bits)
  const list = new BlockList()
  if (!Number.isInteger(prefix)) list.addAddress(network, family)
  else if (prefix <= (family === 'ipv6' ? 128 : 32)) list.addSubnet(network, prefix, family)
  return list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')
}
