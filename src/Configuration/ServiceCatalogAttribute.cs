namespace InferenceServices.Configuration;

/// <summary>
/// Marks a static partial class whose partial methods a source generator implements: <c>Declare()</c> calls <c>Declare&lt;T&gt;()</c> for each class of the
/// assembly with an <c>InferenceServiceAttribute</c>; <c>AddOptions(builder)</c> calls <see cref="SwitchBuilderExtensions.AddSwitchOptions"/> for each class with
/// <see cref="SwitchOptionsAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ServiceCatalogAttribute : Attribute;
