/** The texts of `npm start` around answers. */
export const startTexts = {
  zh: {
    positionals: (text: string) => `npm start 不接受「${text}」;提一个问题请用 npm run ask -- "问题"。`,
    exact:
      '无法使用 hnswlib-node,改用精确检索(结果相同,报告很多时较慢)。想启用它,请安装 python3、make、g++ 后重新运行 npm ci;在 Windows 上,INDEX_DIR 的路径还应只含英文字母和数字。',
    nothingToDo:
      '没有设置 TELEGRAM_BOT_TOKEN 或 PORT,没有终端,标准输入里也没有问题,所以无事可做。请在 .env 里设置 TELEGRAM_BOT_TOKEN(机器人)或 PORT(网页),或者在终端里运行。',
    noReports: (folder: string) => `报告文件夹 ${folder} 里还没有报告。请放入文件,或由管理员在 Telegram 里发来。`,
    cleared: (files: readonly string[]) =>
      `已恢复正常(能用了,或已移走):${files.map((file) => file || '报告文件夹').join('、')}`,
    pages: (address: string) => `报告网页:${address}`,
    nobodyMayRead:
      '设置了 ALLOWED_USERS 或 ALLOWED_CHATS,却没有 TELEGRAM_BOT_TOKEN:无法确认访问者的身份,报告网页对谁都不开放。',
  },
  en: {
    positionals: (text: string) => `npm start takes no "${text}"; to ask one question use npm run ask -- "question".`,
    exact:
      'hnswlib-node cannot be used; exact search serves instead (same results, slower with very many reports). To have it, install python3, make and g++ and run npm ci again; on Windows INDEX_DIR must also be a path of English letters and digits.',
    nothingToDo:
      'There is nothing to do: neither TELEGRAM_BOT_TOKEN nor PORT is set, there is no terminal, and standard input holds no question. Set TELEGRAM_BOT_TOKEN (for the bot) or PORT (for the pages) in .env, or start this in a terminal.',
    noReports: (folder: string) =>
      `The folder ${folder} holds no reports yet. Put files in, or let an admin send them in Telegram.`,
    cleared: (files: readonly string[]) =>
      `No longer at fault (usable now, or gone): ${files.map((file) => file || 'the reports folder').join(', ')}`,
    pages: (address: string) => `Pages of the reports: ${address}`,
    nobodyMayRead:
      'ALLOWED_USERS or ALLOWED_CHATS is set, but no TELEGRAM_BOT_TOKEN: nobody can show who they are, so the pages are closed to all.',
  },
} as const

export const checkTexts = {
  zh: {
    model: (id: string, dimensions: number) => `模型  正常:${id},${dimensions} 维`,
    reranker: (id: string) => `重排  正常:${id}`,
    index: (folder: string, reports: number, passages: number, engine: string) =>
      `索引  正常:${folder},${reports} 份报告,${passages} 个段落,引擎 ${engine}`,
    proxy: (address: string, variable: string) => `代理  经 ${address}(${variable})访问 Telegram`,
    token: (name: string) => `令牌  正常:@${name}`,
    webhook: (url: string, pending: number) => `推送  ${url === '' ? '未设置(轮询)' : url},等待 ${pending} 条`,
    webhookError: (message: string, at: string) => `推送  Telegram 最近一次送达失败:${message}(${at})`,
    cards: '字体  正常:OFD 的页面可以绘制,没有页面的文件的引文可以发成卡片',
    noFont:
      '字体  没有找到中文字体:OFD 的页面画不出来,文本、Word 等没有页面的文件的引文不能发成卡片。请安装一种中文字体(如 fonts-noto-cjk)',
    noToken: '令牌  未设置(TELEGRAM_BOT_TOKEN),npm start 将在终端里回答',
  },
  en: {
    model: (id: string, dimensions: number) => `model  in order: ${id}, ${dimensions} dimensions`,
    reranker: (id: string) => `reranker  in order: ${id}`,
    index: (folder: string, reports: number, passages: number, engine: string) =>
      `index  in order: ${folder}, ${reports} reports, ${passages} passages, engine ${engine}`,
    proxy: (address: string, variable: string) => `proxy  Telegram is asked by way of ${address} (${variable})`,
    token: (name: string) => `token  in order: @${name}`,
    webhook: (url: string, pending: number) =>
      `webhook  ${url === '' ? 'none (polling)' : url}, ${pending} updates wait`,
    webhookError: (message: string, at: string) => `webhook  the latest delivery that failed: ${message} (${at})`,
    cards: 'fonts  in order: pages of OFD can be drawn, and quotes from files without pages can be sent as cards',
    noFont:
      'fonts  none has Chinese characters: pages of OFD cannot be drawn, and quotes from text, Word and other files without pages cannot be sent as cards. Install one, such as fonts-noto-cjk',
    noToken: 'token  not set (TELEGRAM_BOT_TOKEN), npm start will answer in the terminal',
  },
} as const
