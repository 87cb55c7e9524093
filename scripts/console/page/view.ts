import type { ComponentType } from 'preact'
import type { About } from '../console.ts'

export interface ViewProps {
  /** Parts of the address behind the view's own: `#/orders/ord_1` → `['ord_1']`. */
  readonly rest: readonly string[]
  readonly query: URLSearchParams
  /** Leads to another place, e.g. `#/orders/ord_1?at=3`. */
  readonly go: (hash: string) => void
  readonly about: About | undefined
  /** Whether the person may change something here. */
  readonly mayAct: boolean
}

/** One of the page's views. */
export interface PageView {
  /** `#/<id>` */
  readonly id: string
  readonly title: string
  readonly View: ComponentType<ViewProps>
}
