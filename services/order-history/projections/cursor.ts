import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { OrderId } from '../../shared/contracts/index.ts'

/** Where a page ended: the place of its last order in the list, which stays true while orders are added. */
const Cursor = Type.Object({ placedAt: Type.String({ format: 'date-time' }), orderId: OrderId })
export type Cursor = Static<typeof Cursor>

const schema = Compile(Cursor)

/** Opaque to callers. */
export const formatCursor = ({ placedAt, orderId }: Cursor): string => Buffer.from(`${placedAt} ${orderId}`).toString('base64url')

/** @returns undefined for what `formatCursor` cannot have made */
export function parseCursor(text: string): Cursor | undefined {
  const [placedAt, orderId] = Buffer.from(text, 'base64url').toString().split(' ')
  const cursor = { placedAt, orderId }
  return schema.Check(cursor) ? cursor : undefined
}
