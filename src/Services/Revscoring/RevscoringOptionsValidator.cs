using Microsoft.Extensions.Options;

namespace InferenceServices.Services.Revscoring;

[OptionsValidator]
internal sealed partial class RevscoringOptionsValidator : IValidateOptions<RevscoringOptions>;
