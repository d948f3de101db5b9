/** The controls of a web page around its document are a closed class of words, which tell nothing of the document. */

const words = [
  '首页|主页|网站首页|网站地图|无障碍(?:浏览|阅读)?|适老化|关怀版|繁体|简体|english|登录|注册|退出|我的|收藏|加入收藏|设为首页',
  '(?:我要)?打印(?:本页|此页|正文|文章)?|保存|下载|全屏|复制(?:链接)?|关闭(?:窗口|本页|页面)?|返回(?:顶部|首页|上一页|主站|列表)?|上一[页篇]|下一[页篇]|刷新|操作',
  '字[体号](?:大小)?|大|中|小|加大|还原|减小|放大|缩小|默认|恢复|背景|护眼',
  '分享(?:到|至|给好友)?|一键分享|微信|微博|新浪微博|qq空间|qq|朋友圈|客户端|手机版|电脑版|公众号|纠错|我要纠错|点赞|评论|语音播报|朗读',
  '扫一扫(?:在手机打开当前页)?|在手机打开当前页|扫码(?:使用手机)?(?:浏览|阅读)(?:本页(?:内容)?)?|用手机(?:浏览|阅读|打开)|二维码',
  '相关(?:链接|报道|阅读|文档|信息|新闻|稿件|附件)|智能推荐|点击进入',
]
const control = new RegExp(`^(?:(?:${words.join('|')}|微信分享|微博分享)[\\s|:/·、,()\\[\\]【】<>《》×x+]*)+$`, 'u')
const counter = /^(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*:?\s*[\d,万]*\s*(?:次|\(\d*\))?$/u
const bare = /[\s|:/·、,()[\]【】<>《》«»›×+]+/gu
const wayHere = /^(?:您?(?:的|当前|现在)?(?:所在)?(?:的)?位置|当前栏目)\s*[:>是]/u
const arrow = /\s*(?:>+|»|›|→|\/(?=$|\p{Script=Han}))\s*/gu
const maxStepCharacters = 24

/** True where a folded line holds only buttons. A single character (`大`) is one only among others (`isFaint`). */
export function isControl(line: string): boolean {
  const shown = line.replace(/^[【[(<]+|[】\])>]+$/gu, '').trim()
  return shown !== '' && shown.length <= 60 && (control.test(shown) || counter.test(shown))
}

/** True for a control that is told from a word of the text only by other controls beside it. */
export function isFaint(line: string): boolean {
  return line.replace(bare, '').length <= 1
}

/** True where a folded line is the trail that leads to the page (`首页 > 政务公开 > …`), or its label (`当前位置:`). */
export function isTrail(line: string): boolean {
  if (/[<="]/u.test(line)) return false
  if (wayHere.test(line)) return !/[。;!?]$/u.test(line)
  const steps = line.split(arrow).filter((step) => step !== '')
  const arrows = [...line.matchAll(arrow)].length
  const isWay = arrows >= 2 || (arrows === 1 && (/^首页|(?:>|\/)$/u.test(line) || line.startsWith('>')))
  return (
    isWay && /[>»›→/]/u.test(line) && steps.every((step) => step.length <= maxStepCharacters && !/[。,;!?]/u.test(step))
  )
}

/** True where a line is an arrow of a trail that was written with each step on a line of its own. */
export function isArrow(line: string): boolean {
  return /^(?:>+|»|›|→|\/)$/u.test(line)
}
