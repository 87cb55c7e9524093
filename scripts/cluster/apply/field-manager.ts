/** Under this name the API server keeps which fields of an object we applied. */
export const fieldManager = 'breakwater'
