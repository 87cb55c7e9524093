import { Type } from 'typebox'
import { baseConfig } from '../shared/runtime/config.ts'

export const config = Type.Object({ ...baseConfig })
