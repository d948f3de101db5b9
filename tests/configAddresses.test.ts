import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../src/config.ts'
import { faultsOf } from './support/configFaults.ts'

const token = '123456:ABC-def_ghi'

test('a webhook is at an https address, or on this machine, and needs a port', () => {
  const webhookOf = (environment: Record<string, string>) =>
    readConfig({ TELEGRAM_BOT_TOKEN: token, PORT: '8080', ...environment }).telegram.webhook
  for (const url of [
    'https://bot.example.org/telegram',
    'https://bot.example.org:8443/',
    'http://127.0.0.1:8080/a',
    'http://localhost/a',
    'http://[::1]:3000/',
  ])
    assert.equal(webhookOf({ WEBHOOK_URL: url })?.url, url)
  for (const url of [
    'http://bot.example.org/',
    'http://127.0.0.1.example.org/',
    'ftp://x/',
    'bot.example.org',
    'https://a:b@x.org/',
    'https://x.org/#a',
  ])
    assert.match(faultsOf({ WEBHOOK_URL: url, PORT: '8080' }).en, /^ {2}WEBHOOK_URL: must be an https address/m, url)
  const { zh, en } = faultsOf({ WEBHOOK_URL: 'https://bot.example.org/telegram', TELEGRAM_BOT_TOKEN: token })
  assert.match(en, /^ {2}PORT: .*where WEBHOOK_URL or PUBLIC_URL is set it is needed$/m)
  assert.match(zh, /^ {2}PORT: .*设置了 WEBHOOK_URL 或 PUBLIC_URL 时必须填写$/m)
})

test('the pages are at an https address, or on this machine, and need a port', () => {
  for (const url of ['https://x.org', 'https://x.org:8443/wenju/', 'http://127.0.0.1:8080', 'http://localhost/a'])
    assert.equal(readConfig({ PUBLIC_URL: url, PORT: '8080' }).publicUrl, url)
  for (const url of ['http://x.org/', 'x.org', 'https://a:b@x.org/', 'https://x.org/#a', 'https://x.org/?a', 'ftp://x'])
    assert.match(faultsOf({ PUBLIC_URL: url, PORT: '8080' }).en, /^ {2}PUBLIC_URL: must be an https address/m, url)
  assert.match(faultsOf({ PUBLIC_URL: 'https://x.org/' }).en, /^ {2}PORT: /m)
})

test('with a token the pages are where Telegram’s buttons can lead: at a name with a dot or a public address, by https', () => {
  const bot = { TELEGRAM_BOT_TOKEN: token, PORT: '8080' }
  for (const url of ['https://x.org', 'https://x.org:8443/wenju/', 'https://203.0.113.7/', 'https://[2606:4700::1]/'])
    assert.equal(readConfig({ ...bot, PUBLIC_URL: url }).publicUrl, url)
  for (const url of [
    'http://localhost:8080/',
    'http://127.0.0.1:8080/',
    'https://localhost/',
    'https://wenju.localhost/',
    'https://reports/',
    'https://reports./',
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://192.168.1.5:8443/',
    'https://172.20.0.1/',
    'https://169.254.1.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[fd00::1]/',
  ]) {
    const { zh, en } = faultsOf({ ...bot, PUBLIC_URL: url })
    assert.match(en, /^ {2}PUBLIC_URL: .*cannot be localhost, a name without a dot or a private address/m, url)
    assert.match(zh, /^ {2}PUBLIC_URL: .*不能是 localhost、不带点的主机名或内网地址/m, url)
  }
})

test('the proxy is judged where it counts: for a bot, and the one that its Telegram is asked by', () => {
  const bad = 'vmess://x'
  const proxyOf = (environment: Record<string, string>) =>
    readConfig({ TELEGRAM_BOT_TOKEN: token, ...environment }).telegram.proxy?.variable
  assert.equal(readConfig({ HTTPS_PROXY: bad }).telegram.proxy, null)
  assert.equal(proxyOf({ HTTP_PROXY: bad, HTTPS_PROXY: '127.0.0.1:7890' }), 'HTTPS_PROXY')
  assert.equal(proxyOf({ HTTPS_PROXY: bad, TELEGRAM_PROXY: 'off' }), undefined)
  assert.equal(proxyOf({ HTTPS_PROXY: bad, NO_PROXY: 'telegram.org' }), undefined)
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
    const { zh, en } = faultsOf({ TELEGRAM_BOT_TOKEN: token, [name]: bad })
    for (const text of [zh, en]) assert.match(text, new RegExp(`^ {2}${name}: .*socks5://`, 'm'))
    assert.ok(!`${zh}${en}`.includes('vmess'))
  }
})
