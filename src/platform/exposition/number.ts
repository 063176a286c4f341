/**
 * A number as Go's ParseFloat reads it, as far as expositions use that: decimals, exponents, NaN and infinities in
 * any case. Undefined where it is none.
 */
export function readNumber(token: string): number | undefined {
  const first = token.charCodeAt(0);
  // Digits, sign, point: what Number takes, except its hexadecimal, binary and octal literals.
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) {
    const value = Number(token);
    if (!Number.isNaN(value) && !/[xob]/i.test(token.slice(0, 3))) return value;
  }
  switch (token.toLowerCase()) {
    case 'nan':
    case '+nan':
    case '-nan':
      return NaN;
    case 'inf':
    case '+inf':
    case 'infinity':
    case '+infinity':
      return Infinity;
    case '-inf':
    case '-infinity':
      return -Infinity;
    default:
      return undefined;
  }
}
