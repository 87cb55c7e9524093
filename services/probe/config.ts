import { Type } from 'typebox'
import { baseConfig } from '../shared/runtime/process/config.ts'

export const config = Type.Object({ ...baseConfig })
