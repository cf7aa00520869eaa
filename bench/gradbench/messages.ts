/** The inputs of evals that have many parts, as messages hold them: every tool reads the same ones. */

type Rows = readonly (readonly number[])[];

/** gmm: points and the parameters of a mixture of Gaussians. */
export interface MixtureInput {
  readonly d: number;
  readonly k: number;
  readonly n: number;
  readonly x: Rows;
  readonly m: number;
  readonly gamma: number;
  readonly alpha: readonly number[];
  readonly mu: Rows;
  readonly q: Rows;
  readonly l: Rows;
}

/** lstm: the parameters of the network, its state, and a sequence. */
export interface NetworkInput {
  readonly main_params: Rows;
  readonly extra_params: Rows;
  readonly state: Rows;
  readonly sequence: Rows;
}

/** ba: cameras, points, and what was seen of them. */
export interface SceneInput {
  readonly n: number;
  readonly m: number;
  readonly p: number;
  readonly cam: readonly number[];
  readonly x: readonly number[];
  readonly w: number;
  readonly feat: readonly number[];
}

/** The model of ht. */
export interface HandModelInput {
  readonly parents: readonly number[];
  readonly base_relatives: readonly Rows[];
  readonly inverse_base_absolutes: readonly Rows[];
  readonly base_positions: Rows;
  readonly weights: Rows;
  readonly is_mirrored: boolean;
}

/** ht: a pose, a model, and the points that were measured. */
export interface HandInput {
  readonly theta: readonly number[];
  readonly us: Rows;
  readonly data: {
    readonly model: HandModelInput & { readonly triangles: Rows };
    readonly correspondences: readonly number[];
    readonly points: Rows;
  };
}
