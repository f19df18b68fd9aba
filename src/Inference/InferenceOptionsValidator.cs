using Microsoft.Extensions.Options;

namespace InferenceServices.Inference;

[OptionsValidator]
internal sealed partial class InferenceOptionsValidator : IValidateOptions<InferenceOptions>;
