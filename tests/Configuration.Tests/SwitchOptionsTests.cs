using Microsoft.Extensions.Hosting;

namespace InferenceServices.Configuration.Tests;

public sealed class SwitchOptionsTests
{
    [Fact]
    public void Options_outside_of_a_namespace_have_switches()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null).UseCommandLine(["--size", "3"]);

        Assert.Equal(3, builder.AddSwitches<GlobalOptions>().Size);
    }
}
