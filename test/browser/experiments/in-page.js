/* Read by report.test.ts, which says what each is for, and run inside of the page. */

const unreadable = () => {
  const found = []
  const isOutside = (inner, outer) => inner.left < outer.left - 1 || inner.right > outer.right + 1
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? ''
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    const parent = node.parentElement
    if (text === '' || parent === null || box.width === 0 || parent.closest('title')) continue
    const frame = (parent.closest('.label, .plot, .card') ?? document.body).getBoundingClientRect()
    if (isOutside(box, frame))
      found.push(`${text} (${Math.round(box.left)}–${Math.round(box.right)} in ${Math.round(frame.left)}–${Math.round(frame.right)})`)
  }
  const { scrollWidth } = document.documentElement
  return scrollWidth > innerWidth ? [...found, `the page is ${scrollWidth} wide on a screen of ${innerWidth}`] : found
}

const rowNumbers = () =>
  [...document.querySelectorAll('.row')].map((row) => {
    const said = row.querySelector('.host')?.textContent ?? ''
    const lines = [...row.querySelectorAll('.numbers')].filter((line) => line.offsetParent !== null)
    const numbers = lines.map((line) =>
      [...line.querySelectorAll('span')].map((one) => ({
        box: one.getBoundingClientRect(),
        count: Number(one.querySelector('i')?.textContent),
      })),
    )
    return {
      said: [...said.matchAll(/(\d+) (?:failed|refused)/g)].reduce((sum, [, count]) => sum + Number(count), 0),
      drawn: numbers.flat().reduce((sum, { count }) => sum + count, 0),
      touching: numbers.flatMap((line) => line.filter(({ box }, index) => index > 0 && box.left < (line[index - 1]?.box.right ?? 0)))
        .length,
    }
  })

const places = () =>
  [...document.querySelectorAll('.panel')].map((panel) => {
    const plot = panel.querySelector('.plot')?.getBoundingClientRect()
    const within = (element) => Math.round((element?.getBoundingClientRect().left ?? 0) - (plot?.left ?? 0))
    return {
      left: Math.round(plot?.left ?? 0),
      width: Math.round(plot?.width ?? 0),
      fault: within(panel.querySelector('.event')),
      ticks: [...panel.querySelectorAll('.tick')].map(within),
      rows: [...panel.querySelectorAll('.row, .chart, .axis')].map((row) => Math.round(row.getBoundingClientRect().top)),
    }
  })

const contrasts = () => {
  const canvas = document.createElement('canvas').getContext('2d')
  const luminance = (colour) => {
    if (canvas === null) throw new Error('no canvas')
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const behind = (element) => {
    if (element === null) return 'white'
    const state = ['overflow', 'ejected', 'probation'].find((name) => element.matches(`.label.${name}`))
    const colour = state
      ? getComputedStyle(document.querySelector(`rect.${state}`) ?? element).fill
      : getComputedStyle(element).backgroundColor
    return colour === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : colour
  }
  const least = {}
  for (const element of document.querySelectorAll(
    'h1, h2, p, b, a, td, th, li, i, summary, .verdict, .soft, .tick, .flag, small, .p50, .p99',
  )) {
    const [one, other] = [luminance(getComputedStyle(element).color), luminance(behind(element))]
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    const kind = `${element.tagName.toLowerCase()}.${element.closest('.label')?.className ?? element.className}`
    least[kind] = Math.min(least[kind] ?? Number.POSITIVE_INFINITY, Math.round(ratio * 100) / 100)
  }
  return least
}

const paper = () => getComputedStyle(document.body).backgroundColor

export { contrasts, paper, places, rowNumbers, unreadable }
