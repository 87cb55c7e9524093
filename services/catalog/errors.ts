/** Refusals of catalog: code → HTTP status and title of the problem. */
export const catalogErrors = {
  PRODUCT_UNKNOWN: { status: 404, title: 'No such product. `GET /products` lists what there is.' },
} as const

export type CatalogErrorCode = keyof typeof catalogErrors
