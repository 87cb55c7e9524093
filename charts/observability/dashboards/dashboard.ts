/** One line, or one for each label set, of a panel. */
export interface Query {
  readonly expr: string
  /** `{{caller}} → {{host}}` */
  readonly legend: string
}

export interface Panel {
  readonly title: string
  readonly queries: readonly [Query, ...Query[]]
  /** Grafana's name of it: `s`, `reqps`, `percentunit`, `short`. */
  readonly unit?: string
  /** `states`: a band for each line, coloured by value. */
  readonly kind?: 'lines' | 'states' | 'number'
  /** What a value means, of `states`. */
  readonly states?: Readonly<Record<number, { readonly text: string; readonly color: string }>>
  /** Of the 24 columns; 12 when left out. */
  readonly width?: number
}

export interface Dashboard {
  /** Of its file, and in Grafana's addresses. */
  readonly uid: string
  readonly title: string
  readonly panels: readonly Panel[]
}

const columns = 24
const panelHeight = 8
const datasource = { type: 'prometheus', uid: '$datasource' }
const panelTypes = { lines: 'timeseries', states: 'state-timeline', number: 'stat' } as const

/** A dashboard → the JSON that Grafana 9 and later imports, or finds as a file. */
export function dashboardJson({ uid, title, panels }: Dashboard): string {
  const dashboard = {
    uid,
    title,
    tags: ['breakwater'],
    schemaVersion: 37,
    editable: true,
    refresh: '10s',
    time: { from: 'now-30m', to: 'now' },
    timezone: 'browser',
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
    annotations: { list: [] },
    panels: placed(panels),
  }
  return `${JSON.stringify(dashboard, undefined, 2)}\n`
}

/** From left to right, and a new row where one does not fit. */
function placed(panels: readonly Panel[]): object[] {
  let [x, y] = [0, 0]
  return panels.map((panel, index) => {
    const w = panel.width ?? columns / 2
    if (x + w > columns) [x, y] = [0, y + panelHeight]
    const gridPos = { x, y, w, h: panelHeight }
    x += w
    return panelJson(panel, index + 1, gridPos)
  })
}

function panelJson({ title, queries, unit = 'short', kind = 'lines', states = {} }: Panel, id: number, gridPos: object): object {
  const mappings = Object.entries(states).map(([value, shown], index) => ({ type: 'value', options: { [value]: { ...shown, index } } }))
  return {
    id,
    title,
    type: panelTypes[kind],
    datasource,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0, mappings, custom: {} }, overrides: [] },
    options: kind === 'lines' ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } } : {},
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat: legend,
    })),
  }
}
