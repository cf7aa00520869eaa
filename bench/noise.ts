/** Inputs for the measuring programs. */

/** Numbers between −scale and scale that look random and are the same everywhere. */
export function noise(length: number, scale: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => {
    const scattered = Math.sin(12.9898 * (index + 1) + seed) * 43758.5453;
    return scale * (2 * (scattered - Math.floor(scattered)) - 1);
  });
}
