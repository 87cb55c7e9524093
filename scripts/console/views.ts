import type { View } from './context.ts'

/** What each view of the page asks the server for; the page's own list is page/views.ts. */
export const views: readonly View[] = []
