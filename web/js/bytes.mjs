// What several modules do with bytes that are public.

/** SHA-256. @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export async function digest(bytes) { return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)); }

/** Whether two are the same; not in constant time. @param {Uint8Array} a @param {Uint8Array} b */
export function equal(a, b) { return a.length === b.length && a.every((byte, at) => byte === b[at]); }
