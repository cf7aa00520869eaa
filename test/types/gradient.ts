/** What the type checker knows of `gradient`: nests in are nests out. Checked by `npm run typecheck`; nothing here runs. */
import * as tf from "gradtape";

/** True if two types are the same, not merely assignable to each other. */
type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Takes only `true`, so that a wrong equality does not compile. */
type Holds<T extends true> = T;

declare const tape: tf.GradientTape;
declare const x: tf.Tensor;
declare const v: tf.Variable;

interface Layer {
  readonly kernel: tf.Variable;
  bias: tf.Tensor;
}

interface Network {
  readonly layers: readonly Layer[];
  readonly head?: Layer;
  readonly scales: readonly [tf.Variable, tf.Tensor];
}

declare const layer: Layer;
declare const network: Network;
declare const record: Record<string, tf.Variable>;
declare const tensors: tf.Tensor[];
declare const readonlyVariables: readonly tf.Variable[];
declare const pair: readonly [tf.Tensor, tf.Variable];
declare const leaf: tf.Tensor | tf.Variable;

// A leaf gives a tensor, a nest the nest with tensors for its leaves.

const one = tape.gradient(x, x);
export type One = Holds<Equal<typeof one, tf.Tensor>>;

const ofVariable = tape.gradient(v, v);
export type OfVariable = Holds<Equal<typeof ofVariable, tf.Tensor>>;

const ofEither = tape.gradient(x, leaf);
export type OfEither = Holds<Equal<typeof ofEither, tf.Tensor>>;

const list = tape.gradient(x, tensors);
export type List = Holds<Equal<typeof list, tf.Tensor[]>>;

const readonlyList = tape.gradient(x, readonlyVariables);
export type ReadonlyList = Holds<Equal<typeof readonlyList, tf.Tensor[]>>;

const literal = tape.gradient(x, [x, v]);
export type LiteralTuple = Holds<Equal<typeof literal, [tf.Tensor, tf.Tensor]>>;

const tuple = tape.gradient(x, pair);
export type ReadonlyTuple = Holds<Equal<typeof tuple, [tf.Tensor, tf.Tensor]>>;

const nested = tape.gradient(x, [x, [v, x], { a: v, b: [x] }]);
export type Nested = Holds<
  Equal<typeof nested, [tf.Tensor, [tf.Tensor, tf.Tensor], { a: tf.Tensor; b: [tf.Tensor] }]>
>;

const object = tape.gradient(x, { w: v, b: x });
export type ObjectLiteral = Holds<Equal<typeof object, { w: tf.Tensor; b: tf.Tensor }>>;

const ofRecord = tape.gradient(x, record);
export type OfRecord = Holds<Equal<typeof ofRecord, { [name: string]: tf.Tensor }>>;

const ofInterface = tape.gradient(x, layer);
export type OfInterface = Holds<Equal<typeof ofInterface, { kernel: tf.Tensor; bias: tf.Tensor }>>;

const ofNetwork = tape.gradient(x, network.layers);
export type OfNetwork = Holds<Equal<typeof ofNetwork, { kernel: tf.Tensor; bias: tf.Tensor }[]>>;

const ofTuples = tape.gradient(x, { scales: network.scales });
export type OfTuples = Holds<Equal<typeof ofTuples, { scales: [tf.Tensor, tf.Tensor] }>>;

const ofNetworkWhole = tape.gradient(x, network);
export type OfNetworkWhole = Holds<
  Equal<
    typeof ofNetworkWhole,
    {
      layers: { kernel: tf.Tensor; bias: tf.Tensor }[];
      head?: { kernel: tf.Tensor; bias: tf.Tensor };
      scales: [tf.Tensor, tf.Tensor];
    }
  >
>;

const nothing = tape.gradient(x, []);
export type Nothing = Holds<Equal<typeof nothing, []>>;

const [first, second] = tape.gradient(x, [x, v]);
export type Destructured = Holds<Equal<typeof first | typeof second, tf.Tensor>>;

// What is done about missing gradients decides whether null is possible.

const none = tape.gradient(x, [x, { v }], { unconnectedGradients: "none" });
export type None = Holds<Equal<typeof none, [tf.Tensor | null, { v: tf.Tensor | null }]>>;

const noneOfLeaf = tape.gradient(x, x, { unconnectedGradients: "none" });
export type NoneOfLeaf = Holds<Equal<typeof noneOfLeaf, tf.Tensor | null>>;

const noneOfInterface = tape.gradient(x, layer, { unconnectedGradients: "none" });
export type NoneOfInterface = Holds<
  Equal<typeof noneOfInterface, { kernel: tf.Tensor | null; bias: tf.Tensor | null }>
>;

const zero = tape.gradient(x, [x], { unconnectedGradients: "zero" });
export type Zero = Holds<Equal<typeof zero, [tf.Tensor]>>;

const error = tape.gradient(x, [x], { unconnectedGradients: "error" });
export type ErrorByName = Holds<Equal<typeof error, [tf.Tensor]>>;

const withOutputGradients = tape.gradient([x, v], [x], { outputGradients: [1, null] });
export type WithOutputGradients = Holds<Equal<typeof withOutputGradients, [tf.Tensor]>>;

declare const chosen: tf.UnconnectedGradients;
const undecided = tape.gradient(x, x, { unconnectedGradients: chosen });
export type Undecided = Holds<Equal<typeof undecided, tf.Tensor | null>>;

// Targets and what is watched are nests, too: interfaces, tuples and records as well as literals.

tape.gradient([x, { y: v }], x);
tape.gradient(layer, x);
tape.gradient(network.layers, x);
tape.gradient(record, x);
tape.gradient(pair, x);
tape.watch(layer);
tape.watch(network.layers);
tape.watch(record);
tape.watch([pair, { layer }]);
tape.watch(tensors);

// A generic function keeps the structure of what it is given.

function gradientsOf<const S>(sources: S & tf.IsNest<S>): tf.Gradients<S, "error"> {
  return tape.gradient(x, sources);
}
const generic = gradientsOf([x, { layer }]);
export type Generic = Holds<
  Equal<typeof generic, [tf.Tensor, { layer: { kernel: tf.Tensor; bias: tf.Tensor } }]>
>;

// What is no nest of tensors does not compile.

class Model {
  readonly weight = new tf.Variable(1);
  predict(input: tf.Tensor): tf.Tensor {
    return input;
  }
}
declare const model: Model;

// @ts-expect-error A class instance is no nest: it has methods.
tape.gradient(x, model);
// @ts-expect-error Nor is one inside a nest.
tape.gradient(x, [x, { model }]);
// @ts-expect-error A string is no tensor.
tape.gradient(x, "weights");
// @ts-expect-error A string in a tuple is none either.
tape.gradient(x, [x, "weights"]);
// @ts-expect-error A number is a constant without identity, so that no gradient belongs to it.
tape.gradient(x, 3);
// @ts-expect-error Neither do numbers in a nest.
tape.gradient(x, { a: [1, 2] });
// @ts-expect-error A source must not be null.
tape.gradient(x, null);
// @ts-expect-error A source must not be undefined.
tape.gradient(x, [x, undefined]);
// @ts-expect-error A typed array is no tensor.
tape.gradient(x, new Float32Array(2));
// @ts-expect-error A function is no tensor.
tape.gradient(x, () => x);
// @ts-expect-error A map is no nest.
tape.gradient(x, new Map([["a", x]]));
// @ts-expect-error A set is no nest.
tape.gradient(x, new Set([x]));
// @ts-expect-error The target must not be null.
tape.gradient(null, x);
// @ts-expect-error The target must not be a string.
tape.gradient("loss", x);
// @ts-expect-error The target must not be a number.
tape.gradient([x, 1], x);
// @ts-expect-error The target must not be a class instance.
tape.gradient(model, x);
// @ts-expect-error Numbers cannot be watched.
tape.watch(3);
// @ts-expect-error Strings cannot be watched.
tape.watch([x, "y"]);
// @ts-expect-error Nor can class instances.
tape.watch(model);
// @ts-expect-error The options have no such name.
tape.gradient(x, x, { outputGradient: 1 });
// @ts-expect-error The option has no such value.
tape.gradient(x, x, { unconnectedGradients: "ignore" });
// @ts-expect-error A tape has no such option.
new tf.GradientTape({ persist: true });
// @ts-expect-error "none" may give null, which has no item.
tape.gradient(x, x, { unconnectedGradients: "none" }).item();
