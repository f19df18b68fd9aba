using Microsoft.Extensions.Options;

namespace InferenceServices.EventGate;

[OptionsValidator]
internal sealed partial class EventGateOptionsValidator : IValidateOptions<EventGateOptions>;
