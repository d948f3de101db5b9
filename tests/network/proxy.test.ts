import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyAddress, proxySecrets, proxySetting, readProxy } from '../../src/network/proxy.ts'

const telegram = new URL('https://api.telegram.org')
const valueFor = (environment: Record<string, string>, url = telegram) => proxySetting(url, environment)?.value

test('the variable of the scheme counts, else that for all; lower case first, blanks not at all', () => {
  for (const [environment, value] of [
    [{}, undefined],
    [{ HTTPS_PROXY: 'a:1', ALL_PROXY: 'b:1', HTTP_PROXY: 'c:1' }, 'a:1'],
    [{ ALL_PROXY: 'b:1', HTTP_PROXY: 'c:1' }, 'b:1'],
    [{ HTTP_PROXY: 'c:1' }, undefined],
    [{ HTTPS_PROXY: 'a:1', https_proxy: ' d:1 ' }, 'd:1'],
    [{ HTTPS_PROXY: ' ', all_proxy: 'e:1' }, 'e:1'],
  ] as const)
    assert.equal(valueFor(environment), value, JSON.stringify(environment))
  assert.equal(valueFor({ HTTP_PROXY: 'c:1', HTTPS_PROXY: 'a:1' }, new URL('http://tg.example')), 'c:1')
})

test('a variable of our own comes before all others, also before NO_PROXY, and off is no proxy', () => {
  const environment = { HTTPS_PROXY: 'a:1', NO_PROXY: '*' }
  const own = (TELEGRAM_PROXY: string) => proxySetting(telegram, { ...environment, TELEGRAM_PROXY }, 'TELEGRAM_PROXY')
  assert.deepEqual(own('x:1'), { variable: 'TELEGRAM_PROXY', value: 'x:1' })
  assert.equal(own(''), null)
  const { NO_PROXY: _, ...proxied } = environment
  assert.equal(proxySetting(telegram, { ...proxied, TELEGRAM_PROXY: 'off' }, 'TELEGRAM_PROXY'), null)
  assert.equal(proxySetting(telegram, proxied, 'TELEGRAM_PROXY')?.variable, 'HTTPS_PROXY')
})

test('NO_PROXY lists names with all below them, addresses, networks, and ports', () => {
  const isProxied = (NO_PROXY: string, address: string) =>
    valueFor({ HTTPS_PROXY: 'a:1', HTTP_PROXY: 'a:1', NO_PROXY }, new URL(address)) !== undefined
  for (const [list, address] of [
    ['*', 'https://api.telegram.org'],
    ['telegram.org', 'https://api.telegram.org'],
    ['.telegram.org', 'https://api.telegram.org'],
    ['*.telegram.org', 'https://api.telegram.org'],
    ['API.Telegram.org', 'https://api.telegram.org'],
    ['localhost, api.telegram.org', 'https://api.telegram.org'],
    ['localhost,api.telegram.org', 'https://api.telegram.org'],
    ['localhost\uff0capi.telegram.org', 'https://api.telegram.org'],
    ['localhost、api.telegram.org', 'https://api.telegram.org'],
    ['localhost api.telegram.org:443', 'https://api.telegram.org'],
    ['127.0.0.1:8081', 'http://127.0.0.1:8081'],
    ['10.0.0.0/8', 'http://10.1.2.3:8081'],
    ['::1', 'http://[::1]:8081'],
    ['[::1]:8081', 'http://[::1]:8081'],
    ['fd00::/8', 'http://[fd12::1]'],
  ] as const)
    assert.equal(isProxied(list, address), false, `${list} ${address}`)
  for (const [list, address] of [
    ['', 'https://api.telegram.org'],
    ['gram.org', 'https://api.telegram.org'],
    ['api.telegram.org:8443', 'https://api.telegram.org'],
    ['.', 'https://api.telegram.org'],
    ['10.0.0.0/8', 'http://11.1.2.3'],
    ['10.0.0.0/99', 'http://10.1.2.3'],
    ['10.0.0.0/x', 'http://10.1.2.3'],
    ['127.0.0.1', 'http://127.0.0.2'],
    ['fd00::/8', 'http://10.1.2.3'],
    ['::1', 'http://[::2]'],
  ] as const)
    assert.equal(isProxied(list, address), true, `${list} ${address}`)
})

test('addresses of proxies are read with their usual ports, users and passwords', () => {
  const read = (value: string) => {
    const proxy = readProxy({ variable: 'ALL_PROXY', value })
    return proxy && [proxy.protocol, proxyAddress(proxy), proxy.user, proxy.password]
  }
  for (const [value, expected] of [
    ['http://127.0.0.1:7890', ['http', '127.0.0.1:7890', '', '']],
    ['127.0.0.1:7890', ['http', '127.0.0.1:7890', '', '']],
    ['user:pass@proxy.example:3128', ['http', 'proxy.example:3128', 'user', 'pass']],
    ['http://proxy.example/', ['http', 'proxy.example:80', '', '']],
    ['https://u:p@proxy.example', ['https', 'proxy.example:443', 'u', 'p']],
    ['socks5://u:p%40s%3A%2F@10.0.0.1', ['socks5', '10.0.0.1:1080', 'u', 'p@s:/']],
    ['socks5h://[::1]:1081', ['socks5', '[::1]:1081', '', '']],
    ['socks://127.0.0.1:1080/', ['socks5', '127.0.0.1:1080', '', '']],
    ['socks4a://127.0.0.1:1080', ['socks4', '127.0.0.1:1080', '', '']],
    ['http://用户:密码@127.0.0.1:1', ['http', '127.0.0.1:1', '用户', '密码']],
  ] as const)
    assert.deepEqual(read(value), expected, value)
  for (const value of [
    'proxy',
    'ftp://127.0.0.1:21',
    'vmess://abc',
    'http://',
    'http://127.0.0.1:99999',
    'http://u:p/x@127.0.0.1:1',
    'http://u:1#x@127.0.0.1:1',
    'http://127.0.0.1:1/path',
    'http://u:%zz@127.0.0.1:1',
    'https//127.0.0.1:1',
  ])
    assert.equal(read(value), null, value)
})

test('a password is known in every form, whatever is wrong with its address', () => {
  const secretsOf = (value: string) => proxySecrets({ PATH: '/bin:/usr@x', https_proxy: value })
  assert.deepEqual(secretsOf('http://127.0.0.1:7890'), [])
  assert.deepEqual(secretsOf('http://user@127.0.0.1:7890'), [])
  const basic = Buffer.from('me:p@ss').toString('base64')
  assert.deepEqual(secretsOf('socks5://me:p%40ss@127.0.0.1:1'), ['p%40ss', 'p@ss', 'p%40ss', basic])
  for (const value of ['me:p@ss@127.0.0.1:1', 'vmess://me:p@ss@127.0.0.1', 'http://me:p@ss@127.0.0.1:99999'])
    assert.ok(secretsOf(value).includes('p@ss'), value)
})
