//! PReLU in one pass over its input, in place.
//!
//! tract's own takes three passes and twice the memory, for each of the mesh's 69. The slopes
//! span −5.36 to 19.8, so that `max(x, slope · x)` would be wrong.

use std::sync::Arc;

use tract_onnx::tract_hir::internal::*;

/// ONNX `PRelu` with constant slopes, one a channel of `[1, channels, height, width]`.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub(super) struct OnnxPrelu;

impl Expansion for OnnxPrelu {
    fn name(&self) -> StaticName {
        "PRelu".into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        solver: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 2)?;
        check_output_arity(outputs, 1)?;
        let [input, output] = [inputs.first(), outputs.first()].map(|proxy| proxy.context("arity"));
        let (input, output) = (input?, output?);
        solver.equals(&input.datum_type, &output.datum_type)?;
        solver.equals(&input.shape, &output.shape)?;
        Ok(())
    }

    fn wire(
        &self,
        prefix: &str,
        model: &mut TypedModel,
        inputs: &[OutletId],
    ) -> TractResult<TVec<OutletId>> {
        let &[input, slopes] = inputs else { bail!("PRelu takes two inputs") };
        let slopes = model.outlet_fact(slopes)?.konst.clone().context("slopes are not constant")?;
        let slopes =
            slopes.to_plain_array_view::<f32>()?.iter().map(|slope| slope.to_bits()).collect();
        model.wire_node(prefix, OnePassPrelu { slopes }, &[input])
    }
}

/// Slopes are kept as bits: a tract op is hashed and compared.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct OnePassPrelu {
    slopes: Arc<[u32]>,
}

impl Op for OnePassPrelu {
    fn name(&self) -> StaticName {
        "OnePassPrelu".into()
    }

    op_as_typed_op!();
}

impl EvalOp for OnePassPrelu {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut tensor = args_1!(inputs).into_tensor();
        let plane: usize = tensor.shape().iter().skip(2).product();
        let mut view = tensor.try_as_plain_ram_mut()?;
        let channels = view.as_slice_mut::<f32>()?.chunks_exact_mut(plane.max(1));
        for (channel, slope) in channels.zip(self.slopes.iter()) {
            let slope = f32::from_bits(*slope);
            for value in channel {
                *value = value.max(0.0) + slope * value.min(0.0);
            }
        }
        Ok(tvec!(tensor.into_tvalue()))
    }
}

impl TypedOp for OnePassPrelu {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let input = inputs.first().context("PRelu takes an input")?;
        if input.shape.get(1).and_then(|dim| dim.to_usize().ok()) != Some(self.slopes.len()) {
            bail!("PRelu takes one slope a channel");
        }
        Ok(tvec!(input.without_value()))
    }

    as_op!();
}
