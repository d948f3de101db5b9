// Inside Telegram the page takes the client's colours and its back button. The script is loaded before the page is
// drawn, so that the page has the right colours at once. Outside Telegram it does nothing.
;(() => {
  const kept = {
    /** @param {string} name */
    read(name) {
      try {
        return sessionStorage.getItem(`wenju.${name}`)
      } catch {
        return null // Some clients forbid storage; the colours then last for one page.
      }
    },
    /** @param {string} name @param {string} value */
    write(name, value) {
      try {
        sessionStorage.setItem(`wenju.${name}`, value)
      } catch {}
    },
  }

  // The client states its parameters in the fragment of the first page only, behind a fragment that was there before.
  const fragment = location.hash.slice(1).replace(/^[^=&]*[?&](?=tgWebApp)/, '')
  const stated = new URLSearchParams(fragment)
  if (stated.has('tgWebAppData') || stated.has('tgWebAppVersion')) kept.write('telegram', fragment)
  const parameters = new URLSearchParams(kept.read('telegram') ?? (stated.has('tgWebAppVersion') ? stated : ''))
  const proxy = /** @type {any} */ (window).TelegramWebviewProxy
  const isInside = proxy !== undefined || parameters.has('tgWebAppVersion')
  if (!isInside) return

  /** @param {string} type @param {object} [data] */
  const post = (type, data = {}) => {
    if (proxy) proxy.postEvent(type, JSON.stringify(data))
    else if (window.parent !== window)
      window.parent.postMessage(JSON.stringify({ eventType: type, eventData: data }), '*')
  }

  /** Telegram's names of colours, and the page's. */
  const colours = {
    bg_color: '--paper',
    secondary_bg_color: '--raised',
    text_color: '--ink',
    subtitle_text_color: '--soft',
    hint_color: '--faint',
    section_separator_color: '--rule',
    accent_text_color: '--accent',
    button_text_color: '--on-accent',
  }
  /** @param {Record<string, string>} theme */
  const paint = (theme) => {
    const root = document.documentElement
    for (const [name, property] of Object.entries(colours)) {
      if (/^#[0-9a-f]{6}$/i.test(theme[name] ?? '')) root.style.setProperty(property, theme[name] ?? '')
    }
    const paper = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(theme.bg_color ?? '')
    if (!paper) return
    const [red = 0, green = 0, blue = 0] = paper.slice(1).map((part) => Number.parseInt(part, 16))
    const isDark = 0.299 * red + 0.587 * green + 0.114 * blue < 128
    root.style.colorScheme = isDark ? 'dark' : 'light'
    root.dataset.theme = isDark ? 'dark' : 'light'
  }
  /** @param {string | null} text */
  const read = (text) => {
    try {
      return JSON.parse(text ?? '{}')
    } catch {
      return {}
    }
  }
  paint(read(kept.read('theme') ?? parameters.get('tgWebAppThemeParams')))

  const goBack = () => {
    if (history.length > 1 && kept.read('visited') === 'more') history.back()
    else if (document.body.dataset.home !== undefined) location.href = document.body.dataset.home
  }
  /** @type {((isSent: boolean, fault?: string) => void) | undefined} */
  let onShared
  /** @param {string} type @param {any} data */
  const receive = (type, data) => {
    if (type === 'prepared_message_sent') onShared?.(true)
    if (type === 'prepared_message_failed') onShared?.(false, data?.error)
    if (type === 'theme_changed' && data?.theme_params) {
      kept.write('theme', JSON.stringify(data.theme_params))
      paint(data.theme_params)
    }
    if (type === 'back_button_pressed') goBack()
    if (type === 'reload_iframe') {
      post('iframe_will_reload')
      location.reload()
    }
  }
  /** The part of Telegram's own interface that the pages use, under its names. */
  const webApp = {
    initData: parameters.get('tgWebAppData') ?? '',
    /** @param {string} version two numbers with a dot between them */
    isVersionAtLeast(version) {
      const [own, wanted] = [parameters.get('tgWebAppVersion') ?? '', version].map((text) =>
        text.split('.').map(Number),
      )
      const [major = 0, minor = 0] = own ?? []
      const [wantedMajor = 0, wantedMinor = 0] = wanted ?? []
      return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
    },
    /** @param {string} id @param {(isSent: boolean, fault?: string) => void} callback */
    shareMessage(id, callback) {
      onShared = callback
      post('web_app_send_prepared_message', { id })
    },
  }
  const ours = /** @type {any} */ (window)
  ours.Telegram = { WebView: { receiveEvent: receive }, WebApp: webApp }
  ours.TelegramGameProxy = { receiveEvent: receive }
  ours.TelegramGameProxy_receiveEvent = receive
  addEventListener('message', (event) => {
    if (event.source !== window.parent || typeof event.data !== 'string') return
    const { eventType, eventData } = read(event.data)
    receive(eventType, eventData)
  })

  // A page that is loaded anew, as after a session was opened, is not a second page to come back from.
  const [visit] = performance.getEntriesByType('navigation')
  if (kept.read('visited') === null) kept.write('visited', 'one')
  else if (visit && 'type' in visit && visit.type === 'navigate') kept.write('visited', 'more')
  document.addEventListener('DOMContentLoaded', () => {
    if (window.parent !== window) post('iframe_ready', { reload_supported: true })
    post('web_app_ready')
    post('web_app_expand')
    post('web_app_setup_back_button', { is_visible: !document.body.classList.contains('search') })
  })
})()
