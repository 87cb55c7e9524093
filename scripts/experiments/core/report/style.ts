/** The report's style sheet: the reader's own fonts, light and dark, and states told apart by words as well as by colour. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6b7b; --paper: #fbfcfd; --card: #fff; --line: #dde4ea; --accent: #0b62a3;
  --good: #1a7f4b; --good-bg: #e3f4ea; --bad: #b3261e; --bad-bg: #fbe6e4; --open: #7a5200; --open-bg: #fdf0d3;
  --closed: #cfe8da; --overflow: #f0b429; --ejected: #d64545; --probation: #7c6fd6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4eaf0; --soft: #9aa9b8; --paper: #11171d; --card: #1a222b; --line: #2e3a46; --accent: #6cb8f5;
  --good: #5fd39a; --good-bg: #143526; --bad: #ff8a80; --bad-bg: #431b19; --open: #f0c060; --open-bg: #3d2f10; --closed: #274b3a; --overflow: #c98f10; --ejected: #c43d3d; --probation: #6a5cc4; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px }
h1 { font-size: 26px; margin: 0 0 4px } h2 { font-size: 20px; margin: 0 } h3 { font-size: 15px; margin: 26px 0 8px }
p { margin: 8px 0 } .soft { color: var(--soft) } a { color: var(--accent) }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 24px; margin-top: 24px }
.head { display: flex; gap: 12px; align-items: center; flex-wrap: wrap }
.hypothesis { font-size: 17px; margin: 10px 0 2px; max-width: 72ch }
.verdict { font-weight: 650; padding: 2px 10px; border-radius: 99px; white-space: nowrap; font-size: 13px }
.good { color: var(--good) } .bad { color: var(--bad) } .open { color: var(--open) }
.verdict.good { background: var(--good-bg) } .verdict.bad { background: var(--bad-bg) } .verdict.open { background: var(--open-bg) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 14px } th, td { text-align: left; padding: 6px 12px 6px 0; border-top: 1px solid var(--line); vertical-align: top }
thead th { border-top: 0; color: var(--soft); font-weight: 500 } td.value { font-variant-numeric: tabular-nums; overflow-wrap: anywhere } td.mark { white-space: nowrap; font-weight: 600 }
details { margin-top: 14px } summary { cursor: pointer; color: var(--accent) }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 12px; overflow-x: auto; font-size: 13px }
svg { display: block; width: 100%; min-width: 760px; height: auto; font: 12px system-ui, 'DejaVu Sans', sans-serif }
svg text { fill: var(--ink) } svg .caller, svg .tick { fill: var(--soft); font-size: 11px } svg .tick { text-anchor: middle } svg .axis { stroke: var(--soft) }
rect.closed { fill: var(--closed) } rect.overflow { fill: var(--overflow) } rect.ejected { fill: var(--ejected) } rect.probation { fill: var(--probation) }
svg text.on { font-size: 11px; font-weight: 600; fill: #fff } svg text.on.overflow { fill: #221a00 }
svg path { fill: none; stroke-width: 1.5 } path.requests { stroke: var(--soft); opacity: .55 } path.failed { stroke: var(--bad); stroke-width: 2 } svg path.refused { fill: var(--overflow) }
.legend { display: flex; flex-wrap: wrap; gap: 6px 18px; font-size: 13px; color: var(--soft); margin: 6px 0 10px; padding: 0; list-style: none }
.legend svg { display: inline-block; width: 14px; min-width: 0; height: 14px; vertical-align: -2px; margin-right: 5px }
`
