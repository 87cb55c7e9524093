interface List {
  readonly items: readonly unknown[]
}

const isList = (object: unknown): object is List =>
  typeof object === 'object' &&
  object !== null &&
  'kind' in object &&
  String(object.kind).endsWith('List') &&
  'items' in object &&
  Array.isArray(object.items)

/** `kind: List` and `kind: DestinationRuleList` stand for their items, as kubectl takes them. */
export const unfoldLists = (objects: readonly unknown[]): unknown[] =>
  objects.flatMap((object) => (isList(object) ? unfoldLists(object.items) : [object]))
