using Microsoft.Extensions.Options;

namespace InferenceServices.Configuration;

[OptionsValidator]
internal sealed partial class ModelOptionsValidator : IValidateOptions<ModelOptions>;
