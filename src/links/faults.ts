import { type Bilingual, ReportError } from '../errors.ts'
import { type FaultKind, NetworkFault } from '../network/fault.ts'
import { DownloadFault } from '../network/webDownload.ts'
import { readableKinds } from '../reports/formats/formats.ts'

/** Says why an address could not be fetched, to whoever sent it; returns an error of another kind as it is. */
export function explainLinkFault(error: unknown, maxBytes: number): unknown {
  if (error instanceof NetworkFault) {
    const { zh, en } = networkTexts[error.kind]
    const remedy = error.kind.startsWith('proxy') ? proxyRemedy : addressRemedy
    const shown = { zh: `${zh}(${error.detail})。${remedy.zh}`, en: `${en} (${error.detail}). ${remedy.en}` }
    return new ReportError(shown, { cause: error })
  }
  if (error instanceof DownloadFault) return new ReportError(refusal(error, maxBytes), { cause: error })
  return error
}

const addressRemedy: Bilingual = {
  zh: '请检查网址,或稍后再试。',
  en: 'Check the address, or try again later.',
}
const proxyRemedy: Bilingual = {
  zh: '请管理机器的人检查代理设置(HTTP_PROXY、HTTPS_PROXY、ALL_PROXY)。',
  en: 'Whoever runs the machine should check the settings of the proxy (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY).',
}

const networkTexts: Readonly<Record<FaultKind, Bilingual>> = {
  name: { zh: '找不到这个网站', en: 'there is no site of this name' },
  refused: { zh: '网站拒绝连接', en: 'the site does not take connections' },
  route: { zh: '到不了这个网站', en: 'no way leads to the site' },
  reset: { zh: '连接中断了', en: 'the connection broke off' },
  tls: { zh: '无法与网站建立安全连接', en: 'no secure connection to the site came about' },
  timeout: { zh: '网站没有在限定时间内把文件发完', en: 'the site did not send the file in time' },
  proxy: { zh: '代理服务器无法使用', en: 'the proxy does not work' },
  'proxy login': { zh: '代理服务器不接受用户名和密码', en: 'the proxy does not accept user and password' },
  'proxy refusal': { zh: '代理服务器没有连到网站', en: 'the proxy did not lead to the site' },
  answer: { zh: '应答的不是这个网站', en: 'what answers is not the site' },
  server: { zh: '网站暂时无法提供服务', en: 'the site cannot work at present' },
}

function refusal({ kind, detail }: DownloadFault, maxBytes: number): Bilingual {
  const megabytes = Math.floor(maxBytes / 1024 / 1024)
  switch (kind) {
    case 'address':
      return {
        zh: '应为 http(s) 网址。请检查后再发。',
        en: 'expected an http(s) address. Check it and send it again.',
      }
    case 'login':
      return {
        zh: '网址里带有用户名或密码,不能这样获取。请改用不需要登录的网址,或把文件下载后发给我。',
        en: 'the address holds a user or a password, which is not taken. Use an address without, or download the file and send it.',
      }
    case 'port':
      return {
        zh: `端口 ${detail} 不是网站的端口(80 到 90、443、1024 以上),没有访问。请检查网址。`,
        en: `port ${detail} is none of a web site (80 to 90, 443, from 1024 on), so it was not asked. Check the address.`,
      }
    case 'private':
      return {
        zh: '网址指向本机或内网,没有访问:只获取公网上的文件。请把文件直接发给我,或放进报告文件夹。',
        en: 'the address leads to this machine or a private network and was not asked: files are fetched from the public internet only. Send the file itself, or put it into the reports folder.',
      }
    case 'redirects':
      return {
        zh: `网站转了 ${detail} 次以上,没有给出文件。请用浏览器打开,再发最后的网址。`,
        en: `the site led on more than ${detail} times without a file. Open it in a browser and send the last address.`,
      }
    case 'status':
      return statusText(detail)
    case 'type':
      return {
        zh: `应为${readableKinds.zh},网站给的是 ${detail}。请发文件本身的网址。`,
        en: `expected ${readableKinds.one}, the site sent ${detail}. Send the address of the file itself.`,
      }
    case 'size':
      return {
        zh: `文件太大:上限 ${megabytes} MB。请把它拆成几个文件,或调高 MAX_FILE_MB。`,
        en: `too large: at most ${megabytes} MB. Split it into several files, or raise MAX_FILE_MB.`,
      }
    case 'encoding':
      return {
        zh: `网站发来的压缩数据无法解开(${detail})。请把文件下载后发给我。`,
        en: `the site sent compressed data that cannot be unpacked (${detail}). Download the file and send it.`,
      }
  }
}

function statusText(status: string): Bilingual {
  if (status === '404' || status === '410')
    return {
      zh: `网站上没有这个文件(HTTP ${status})。请检查网址。`,
      en: `the site has no such file (HTTP ${status}). Check the address.`,
    }
  if (status === '401' || status === '403')
    return {
      zh: `网站不允许获取这个文件(HTTP ${status})。请用浏览器下载后发给我。`,
      en: `the site does not give this file away (HTTP ${status}). Download it in a browser and send it.`,
    }
  return {
    zh: `网站没有给出文件(HTTP ${status})。请稍后再试,或用浏览器下载后发给我。`,
    en: `the site did not give the file (HTTP ${status}). Try again later, or download it in a browser and send it.`,
  }
}
