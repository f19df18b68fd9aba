using Microsoft.Extensions.Options;

namespace InferenceServices.OresLegacy.Hosting;

[OptionsValidator]
internal sealed partial class OresLegacyOptionsValidator : IValidateOptions<OresLegacyOptions>;
