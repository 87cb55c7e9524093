import { v1 } from './v1.ts'
import { v2 } from './v2.ts'

/** The API, oldest version first. */
export const versions = [v1, v2] as const
