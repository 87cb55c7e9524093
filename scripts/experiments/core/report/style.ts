import { labelSizes } from './breaker-rows.ts'

const light = `--ink: #17212b; --soft: #586878; --paper: #f3f5f7; --card: #fff; --line: #d9e0e6; --accent: #0b62a3;
  --good: #14703f; --good-bg: #dcf3e5; --bad: #b3261e; --bad-bg: #fbe3e1; --open: #7a5200; --open-bg: #fdf0d3;
  --closed: #6bbf8e; --overflow: #f2b01e; --ejected: #d23c3c; --probation: #6657c2; --flag: #17212b; --flag-ink: #fff;
  --sent: #7d93a8; --p50: #0b62a3; --p99: #a2540a`

const dark = `--ink: #e8eef4; --soft: #a0afbd; --paper: #0e1419; --card: #19212a; --line: #2f3b47; --accent: #7cc0f7;
  --good: #6fdca6; --good-bg: #123725; --bad: #ff9089; --bad-bg: #481c19; --open: #f3c766; --open-bg: #3f3110;
  --closed: #3d8f63; --overflow: #e0a21b; --ejected: #c93a3a; --probation: #6e60c9; --flag: #e8eef4; --flag-ink: #0e1419;
  --sent: #6f8599; --p50: #7cc0f7; --p99: #f0a050`

/** A label is shown where its bar is as wide as its letters need; of those, the longest, which comes first. */
const fitting = labelSizes
  .map(
    (letters) =>
      `@container (min-width: ${Math.round(62 * letters + 80) / 100}em) { .label b.fits${letters} { display: inline } .label b.fits${letters} ~ b { display: none } }`,
  )
  .join('\n')

/** The report's style sheet: the reader's own fonts, light and dark, paper and phone; states are told apart by shape and words as well as by colour. */
export const style = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; -webkit-text-size-adjust: 100% }
main { max-width: 1360px; margin: 0 auto; padding: 28px 24px 64px }
header h1 { font-size: 34px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -.01em }
h2 { font-size: 22px; margin: 0; overflow-wrap: anywhere } h3 { font-size: 16px; margin: 22px 0 6px }
p { margin: 6px 0; overflow-wrap: anywhere } .soft { color: var(--soft) } .note { font-size: 13px } a { color: var(--accent) }
code { font-size: .92em; overflow-wrap: anywhere }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 26px; margin-top: 22px }
section.card.good { border-top: 5px solid var(--good) } section.card.bad { border-top: 5px solid var(--bad) } section.card.open { border-top: 5px solid var(--open) }
.head { display: flex; gap: 8px 14px; align-items: center; flex-wrap: wrap }
.head .verdict { font-size: 18px; padding: 3px 14px }
.sentence { font-size: 24px; line-height: 1.35; margin: 10px 0 2px; font-weight: 600; text-wrap: pretty } .sentence.more { font-size: 18px; font-weight: 400; margin: 4px 0 }
.hypothesis { margin: 8px 0 } .why { border-left: 4px solid var(--bad); padding: 2px 0 2px 12px; margin: 10px 0 }
.verdict { font-weight: 650; padding: 2px 10px; border-radius: 99px; white-space: nowrap; font-size: 13px; print-color-adjust: exact; -webkit-print-color-adjust: exact }
.good { color: var(--good) } .bad { color: var(--bad) } .open { color: var(--open) }
section.card { color: var(--ink) }
.verdict.good { background: var(--good-bg) } .verdict.bad { background: var(--bad-bg) } .verdict.open { background: var(--open-bg) }
.earlier { color: var(--open); font-weight: 600 }
table { border-collapse: collapse; width: 100%; font-size: 14px } th, td { text-align: left; padding: 6px 14px 6px 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere }
thead th, thead td { border-top: 0; color: var(--soft); font-weight: 500; overflow-wrap: normal } td.value { font-variant-numeric: tabular-nums } td.mark { white-space: nowrap; font-weight: 600 } .big td { white-space: nowrap }
td small, th small { display: block; font-size: 12px; font-weight: 400; color: var(--soft); white-space: normal }
.overview td:first-child { min-width: 11em; font-weight: 600 } .overview .short { min-width: 20em }
details { margin-top: 8px } summary { cursor: pointer; color: var(--accent) }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 12px; font-size: 13px; white-space: pre-wrap; overflow-wrap: anywhere }
table.big { width: auto; margin: 12px 0 6px } .big td, .big th { border: 0; padding: 0 26px 0 0; text-align: right } .big th[scope=row] { text-align: left; font-weight: 500; color: var(--soft); vertical-align: middle }
.big tbody td { font-size: 24px; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums } .big td.zero { color: var(--soft); font-weight: 400 }
.big td.refused:not(.zero) { color: var(--open) } .big td.failed:not(.zero), .big td.ejections:not(.zero) { color: var(--bad) }
.panels { display: grid; grid-template-columns: 1fr; gap: 20px 36px; margin-top: 14px }
@media (min-width: 1000px) { .verdict-first { display: grid; grid-template-columns: 1fr auto; gap: 0 36px; align-items: start } .panels:has(> :nth-child(2)) { grid-template-columns: 1fr 1fr } }
.panel { margin: 0; min-width: 0; display: flex; flex-direction: column } figcaption { font-size: 17px; font-weight: 650; overflow-wrap: anywhere }
.events { margin: 4px 0; padding: 0; list-style: none; counter-reset: event; font-size: 13px; flex: 1 } .events li { counter-increment: event; overflow-wrap: anywhere }
.events li::before { content: counter(event); display: inline-block; min-width: 17px; border-radius: 9px; text-align: center; font-size: 11px; font-weight: 700; line-height: 17px; margin-right: 6px; background: var(--flag); color: var(--flag-ink); print-color-adjust: exact; -webkit-print-color-adjust: exact }
.plot { position: relative; padding-top: 20px } .plot > * { position: relative }
.plot > .guides { position: absolute; inset: 0; width: 100%; height: calc(100% - 22px) } .flags { position: absolute !important; top: 0; left: 0; right: 0; height: 18px }
.grid { stroke: var(--line) } .event { stroke: var(--flag); stroke-width: 1.5; stroke-dasharray: 3 3 }
.flag { position: absolute; transform: translateX(-50%); min-width: 18px; padding: 0 4px; border-radius: 9px; text-align: center; font-size: 11px; line-height: 18px; white-space: nowrap; background: var(--flag); color: var(--flag-ink); print-color-adjust: exact; -webkit-print-color-adjust: exact }
.caller + .caller { margin-top: 12px } .caller-name span, .host > * { background: var(--card) } .caller-name { margin: 0; font-size: 13px; color: var(--soft) }
.row { margin-top: 6px } .host, .folded { margin: 0; font-size: 14px; line-height: 20px; display: flex; gap: 0 8px; flex-wrap: wrap } .host b { overflow-wrap: anywhere } .folded { display: block; margin-top: 8px; background: var(--card) }
.track { position: relative; height: 36px } .bar { display: block; width: 100%; height: 36px; overflow: visible }
rect.closed { fill: var(--closed) } rect.overflow { fill: var(--overflow) } rect.ejected { fill: var(--ejected) } rect.probation { fill: var(--probation) }
rect.thin { stroke-width: 2 } rect.thin.overflow { stroke: var(--overflow) } rect.thin.ejected { stroke: var(--ejected) } rect.thin.probation { stroke: var(--probation) }
.label { position: absolute; top: 0; height: 36px; container-type: inline-size; overflow: hidden; text-align: center; pointer-events: none; font-size: 16px; line-height: 36px; color: #fff; font-weight: 650; white-space: nowrap } .label.overflow { color: #241a00 }
.label b { display: none }
${fitting}
.numbers { position: relative; height: 18px; font-size: 12px; line-height: 18px; font-weight: 650 } .numbers span { background: var(--card); position: absolute; transform: translateX(-50%); white-space: nowrap } .numbers i, .matrix i { font-style: normal; font-variant-numeric: tabular-nums }
.numbers.failed, .sign.failed { color: var(--bad) } .numbers.refused, .sign.refused { color: var(--open) }
.on-narrow { display: none }
.chart { margin-top: 8px } .chart .top { margin-left: auto; font-size: 12px } .chart svg { display: block; width: 100%; height: 44px; overflow: visible }
.chart path { vector-effect: non-scaling-stroke } .base { stroke: var(--line); fill: none } .filled.sent { fill: var(--sent) } .filled.refused { fill: var(--overflow) } .filled.failed { fill: var(--ejected) } .filled.goodput { fill: var(--closed) }
.line { fill: none; stroke-width: 2; stroke-linejoin: round } .line.p50Ms { stroke: var(--p50) } .line.p99Ms { stroke: var(--p99); stroke-dasharray: 6 3 } .p50 { color: var(--p50) } .p99 { color: var(--p99) }
.axis { height: 22px; font-size: 12px; color: var(--soft) } .tick { position: absolute; top: 4px; transform: translateX(-50%); white-space: nowrap } .tick.first { transform: none } .tick.last { transform: translateX(-100%) }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 13px; color: var(--soft); margin: 10px 0 4px; padding: 0; list-style: none } .legend svg { width: 20px; height: 16px; vertical-align: -3px; margin-right: 6px } .sign { margin-right: 6px }
.matrix td, .matrix th { width: 20% } .matrix thead td { width: 20% } .matrix td i { font-weight: 650 }
@media (max-width: 640px) {
  main { padding: 16px 10px 40px } header h1 { font-size: 25px } .card { padding: 14px 14px } .sentence { font-size: 19px } .sentence.more { font-size: 16px } h2 { font-size: 19px } .head .verdict { font-size: 15px }
  .on-wide { display: none } .on-narrow { display: block }
  table.big, .big thead, .big tbody { display: block; width: 100% } .big tr { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)) } .big thead td { display: none } .big th[scope=row] { grid-column: 1 / -1 } .big th, .big td { padding: 0 4px 0 0; font-size: 12px; text-align: left } .big tbody td { font-size: 18px }
  table.stacks, .stacks tbody, .stacks tr, .stacks td { display: block } .stacks thead { display: none } .stacks tr { border-top: 1px solid var(--line); padding: 6px 0 } .stacks td { border: 0; padding: 1px 0; min-width: 0 !important } td.mark { white-space: normal }
  .overview td[data-of] { display: inline-block; margin-right: 14px } .stacks td[data-of]::before { content: attr(data-of) ': '; color: var(--soft) }
  .matrix, .matrix tbody, .matrix tr { display: block } .matrix thead { display: none } .matrix td, .matrix th { display: block; width: auto; border: 0; padding: 2px 0 } .matrix tr { border-top: 1px solid var(--line); padding: 8px 0 } .matrix td::before { content: attr(data-of) ': '; color: var(--soft) }
}
@page { size: A4 landscape; margin: 10mm }
@media print {
  :root { color-scheme: light; ${light}; --paper: #fff }
  body { font-size: 12px } main { max-width: none; padding: 0 } .card { border-radius: 0; border-width: 0; border-top-width: 4px; padding: 8px 0; margin-top: 0; break-before: page } header + .card { break-before: auto }
  .panels:has(> :nth-child(2)) { grid-template-columns: 1fr 1fr } .panel, .row, .chart, tr { break-inside: avoid } .sentence { font-size: 18px } .sentence.more { font-size: 14px } .big tbody td { font-size: 18px }
  summary { color: var(--soft) } a { color: inherit; text-decoration: none }
}
`
