using Microsoft.Extensions.Options;

namespace InferenceServices.Explanations.AspNetCore;

[OptionsValidator]
internal sealed partial class ExplainerOptionsValidator : IValidateOptions<ExplainerOptions>;
