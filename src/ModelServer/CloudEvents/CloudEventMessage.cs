namespace InferenceServices.ModelServer.CloudEvents;

/// <summary>A request's body, out of the event it came in, if it came in one.</summary>
/// <param name="AnswerMode">How the answer goes back.</param>
/// <param name="Data">What a request without an event has as its body; no byte of it changed.</param>
/// <param name="Event">The whole structured event; empty for others.</param>
internal readonly record struct CloudEventMessage(ContentMode AnswerMode, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Event);
