using Microsoft.AspNetCore.Components;

namespace Purser.Server.Web;

/// <summary>
/// A page that is rendered when what it shows has been loaded. By itself the framework renders at the first wait as well, with nothing to show
/// yet; nobody would see that, and pages would have to be ready for it.
/// </summary>
public abstract class LoadedPage : ComponentBase
{
    private bool isLoaded;

    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        if (!isLoaded)
        {
            OnInitialized();
            await OnInitializedAsync();
            isLoaded = true;
        }

        OnParametersSet();
        await OnParametersSetAsync();
        StateHasChanged();
    }
}
