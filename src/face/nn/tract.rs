//! Inference by tract: the reference, and the way to run a user's own ONNX file.

use std::sync::Arc;

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::ops::expandable::expand;

use super::prelu::OnnxPrelu;
use super::{Net, Nets};
use crate::error::{Error, Result};

/// An ONNX net with one input `[1, 3, side, side]` and two outputs, run by tract.
///
/// tract does not wipe its tensors: what a run leaves in freed memory is the picture's crop and
/// what was made of it.
pub struct TractNet {
    name: &'static str,
    side: usize,
    plan: Arc<TypedRunnableModel>,
}

impl TractNet {
    /// Reads and optimises the content of an ONNX file; `name` is for errors.
    ///
    /// # Errors
    ///
    /// Where it is not such a net.
    pub fn from_onnx(name: &'static str, onnx: &[u8]) -> Result<Self> {
        let broken = |why| move |_| Error::model(name, why);
        let mut framework = tract_onnx::onnx();
        framework.op_register.insert("PRelu", |_, _| Ok((expand(OnnxPrelu), vec![])));
        let model = framework
            .model_for_read(&mut &*onnx)
            .map_err(broken("not an ONNX net tract can read"))?;
        let side = square_input(&model).ok_or_else(|| {
            Error::model(name, "the input is not [1, 3, side, side], or the outputs are not two")
        })?;
        let plan = model
            .into_optimized()
            .and_then(|model| model.into_runnable())
            .map_err(broken("tract cannot plan it"))?;
        Ok(Self { name, side, plan })
    }

    fn fill(&self, input: &[f32], outputs: [&mut [f32]; 2]) -> TractResult<bool> {
        let input = Tensor::from_shape(&[1, 3, self.side, self.side], input)?;
        let results = self.plan.run(tvec!(input.into_tvalue()))?;
        for (output, result) in outputs.into_iter().zip(&results) {
            let result = result.try_as_plain_ram()?;
            let result = result.as_slice::<f32>()?;
            if result.len() != output.len() {
                return Ok(false);
            }
            output.copy_from_slice(result);
        }
        Ok(true)
    }
}

fn square_input(model: &InferenceModel) -> Option<usize> {
    let input = model.input_fact(0).ok()?.shape.as_concrete_finite().ok()??;
    match input[..] {
        [1, 3, side, across] if side == across && model.outputs.len() == 2 => Some(side),
        _ => None,
    }
}

impl Net for TractNet {
    fn run(&mut self, input: &[f32], outputs: [&mut [f32]; 2]) -> Result<()> {
        match self.fill(input, outputs) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::model(self.name, "an output is not as long as expected")),
            // tract's own words may print values.
            Err(_) => Err(Error::model(self.name, "tract could not run it")),
        }
    }
}

impl Nets {
    /// The nets of this repository, read by tract: the bench `start/finder` tells how long.
    ///
    /// # Errors
    ///
    /// Where tract cannot plan them.
    pub fn by_tract() -> Result<Self> {
        let net =
            |name, onnx| TractNet::from_onnx(name, onnx).map(|net| Box::new(net) as Box<dyn Net>);
        Ok(Self {
            short: net("face_short", include_bytes!("../../../models/face_short.onnx"))?,
            full: net("face_full", include_bytes!("../../../models/face_full.onnx"))?,
            mesh: net("face_mesh", include_bytes!("../../../models/face_mesh.onnx"))?,
        })
    }
}
