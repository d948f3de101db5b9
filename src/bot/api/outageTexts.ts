import type { Bilingual } from '../../errors.ts'
import type { FaultKind, NetworkFault } from '../../network/fault.ts'
import { type ProxyServer, proxyAddress } from '../../network/proxy.ts'

/** The text for the operator about an outage: the cause first, then the advice. */
interface OutageText {
  readonly cause: Bilingual
  readonly advice: Bilingual
}

const useProxy: Bilingual = {
  zh: '如果这里的网络不能直接访问 Telegram,请设置 TELEGRAM_PROXY(或 HTTPS_PROXY);自建的 Bot API 服务器请检查 TELEGRAM_API_ROOT。',
  en: 'Where Telegram cannot be reached directly, set TELEGRAM_PROXY (or HTTPS_PROXY); with a Bot API server of your own check TELEGRAM_API_ROOT.',
}
const checkProxy: Bilingual = {
  zh: '请检查代理是否在运行,以及网址里的协议(http、https、socks5)、主机和端口。',
  en: 'Check that the proxy runs, and the scheme (http, https, socks5), host and port of its address.',
}

const texts: Readonly<Record<FaultKind, OutageText>> = {
  name: { cause: { zh: '查不到它的域名', en: 'its name is not known here' }, advice: useProxy },
  refused: { cause: { zh: '连接被拒绝', en: 'the connection was refused' }, advice: useProxy },
  route: { cause: { zh: '网络不通', en: 'no way leads there' }, advice: useProxy },
  reset: { cause: { zh: '连接被中断', en: 'the connection was broken off' }, advice: useProxy },
  timeout: { cause: { zh: '没有回应', en: 'there was no answer in time' }, advice: useProxy },
  tls: {
    cause: { zh: '无法建立安全连接', en: 'no secure connection came about' },
    advice: {
      zh: '请检查本机时间;如果公司网络或杀毒软件会改动加密连接,请用 NODE_EXTRA_CA_CERTS 指明它的根证书。',
      en: "Check this machine's clock; where a company's network or an antivirus opens secure connections, name its root certificate in NODE_EXTRA_CA_CERTS.",
    },
  },
  proxy: { cause: { zh: '代理连不上', en: 'the proxy cannot be reached' }, advice: checkProxy },
  'proxy login': {
    cause: { zh: '代理不接受用户名或密码', en: 'the proxy does not accept the user or password' },
    advice: {
      zh: '请检查代理网址里的用户名和密码;特殊字符要写成 %XX。',
      en: "Check user and password in the proxy's address; special characters are written as %XX.",
    },
  },
  'proxy refusal': {
    cause: { zh: '代理没有接通它', en: 'the proxy does not lead there' },
    advice: {
      zh: '请检查代理自己能否访问 Telegram,是否允许这个地址。',
      en: 'Check whether the proxy itself reaches Telegram and allows this address.',
    },
  },
  answer: {
    cause: { zh: '回应的不是 Bot API', en: 'what answers is not the Bot API' },
    advice: {
      zh: '请检查 TELEGRAM_API_ROOT;也可能是登录网关、防火墙或代理在代为应答。',
      en: 'Check TELEGRAM_API_ROOT; a login page of the network, a firewall or a proxy may answer in its place.',
    },
  },
  server: {
    cause: { zh: '服务器出错', en: 'the server is at fault' },
    advice: { zh: '通常过一会儿会恢复。', en: 'This usually passes.' },
  },
}

/** The text for the operator about a fault on the way to the Bot API server. */
export function outageText(apiRoot: string, proxy: ProxyServer | null, fault: NetworkFault): Bilingual {
  const { cause, advice: usual } = texts[fault.kind]
  const advice = proxy && usual === useProxy ? texts['proxy refusal'].advice : usual
  const server = new URL(apiRoot).host
  const [zhWay, enWay] = proxy ? [`,经代理 ${proxyAddress(proxy)}`, `, by the proxy ${proxyAddress(proxy)}`] : ['', '']
  return {
    zh: `连不上 Telegram(${server}${zhWay}):${cause.zh}(${fault.detail})。${advice.zh}`,
    en: `Telegram (${server}${enWay}) cannot be reached: ${cause.en} (${fault.detail}). ${advice.en}`,
  }
}
