import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { OrderId } from '../../shared/contracts/index.ts'

/** A moment as the database gives it back, with a year that it has. */
const Placed = Type.String({ format: 'date-time', pattern: '^[1-9]\\d{3}-.{5}T.{12}Z$' })

/** Where a page ended: the place of its last order in the list, which stays true while orders are added. */
const Cursor = Type.Object({ placedAt: Placed, orderId: OrderId })
export type Cursor = Static<typeof Cursor>

const schema = Compile(Cursor)

/** Opaque to callers. */
export const formatCursor = ({ placedAt, orderId }: Cursor): string => Buffer.from(`${placedAt} ${orderId}`).toString('base64url')

/** @returns undefined for what `formatCursor` cannot have made */
export function parseCursor(text: string): Cursor | undefined {
  const [placedAt, orderId] = Buffer.from(text, 'base64url').toString().split(' ')
  const cursor = { placedAt, orderId }
  // Written again it is the same, or something stood before, between or behind, which decoding passes over.
  return schema.Check(cursor) && formatCursor(cursor) === text ? cursor : undefined
}
